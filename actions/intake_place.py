"""Where the person lives, as a message tells it."""

from __future__ import annotations

from typing import Any


class PlaceReading:
    """The part of reading a message that is about the person's place."""

    slots: dict[str, Any]
    message: dict[str, Any]
    entities: list[dict[str, Any]]
    changes: dict[str, Any]
    requested: str | None
    corrects: bool
    chosen: bool

    def put(self, slot: str, value: Any) -> None:
        """Change a slot where that makes a difference."""
        if self.slots.get(slot) != value:
            self.changes[slot] = value
        else:
            self.changes.pop(slot, None)

    def _place(self) -> None:
        """The person's own place only; a less exact place never replaces a more exact one inside it."""
        old = self.slots.get("place")
        for item in self.entities:
            if item.get("entity") == "place_rejected" and old and str(old).startswith(str(item.get("value"))):
                self.put("place", None)
                old = None
        for item in self.entities:
            if item.get("entity") != "place":
                continue
            value = item.get("value")
            offered = [c for c in self.slots.get("place_options") or [] if c == value or c.startswith(f"{value}-")]
            if self.requested == "place" and not self.chosen and not item.get("ambiguous") and len(offered) == 1:
                value = offered[0]
            if item.get("ambiguous"):
                options = [str(code) for code in value] if isinstance(value, list) else [str(value)]
                if old in options:
                    continue
                inside = [code for code in options if old and code.startswith(f"{old}-")]
                if len(inside) == 1:
                    self.put("place", inside[0])
                    self.put("place_options", None)
                    continue
                self.put("place_options", options)
                if self.corrects or self.requested == "place":
                    self.put("place", None)
            elif not (isinstance(old, str) and old.startswith(f"{value}-")) or self.chosen:
                self.put("place", str(value))
                self.put("place_options", None)

        self._place_among_options()

    def _place_among_options(self) -> None:
        """ "The country", "the state": the answer to which of several places is meant."""
        options = self.changes.get("place_options", self.slots.get("place_options")) or []
        if self.requested != "place" or not options or self.changes.get("place"):
            return
        words = set(str(self.message.get("text") or "").lower().replace(".", " ").split())
        kinds = {"country": False, "nation": False, "state": True, "province": True}
        wanted = {kinds[word] for word in words if word in kinds}
        fitting = [code for code in options if len(wanted) == 1 and ("-" in code) in wanted]
        if len(fitting) == 1:
            self.put("place", fitting[0])
            self.put("place_options", None)
