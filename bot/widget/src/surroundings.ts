// What a chat stands in: the server's configuration, its channel, and the element around it.

import type { Channel } from "./channel";
import type { Sheets } from "./sheets";

/** What the server says about itself, with its time to measure this device's clock by. */
export interface Config {
  language: string;
  direction: string;
  words: Record<string, string>;
  limit: number;
  exit: string;
  time: number;
}

export interface Surroundings {
  config: Config;
  channel: Channel;
  sheets: Sheets;
  skewMs: number;
  inPage: boolean;
  opening: string;
  wayOut(): HTMLElement;
  leave(address?: string): void;
  look(name: string, on: boolean): void;
  close(): void;
}
