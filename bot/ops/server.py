"""The two servers of the product: the bot with its channels, and the actions.

Rasa's own server is not used: it would add routes that name conversations without a token, and an
answer at `/` where the demo page belongs. Channels, agent and stores are Rasa's.
"""

from __future__ import annotations

import logging
import os
from asyncio import AbstractEventLoop

from bot.ops.training import model_path
from bot.privacy import logging as discreet_logging
from bot.privacy import telemetry
from bot.settings import ROOT, Settings

logger = logging.getLogger(__name__)
WARM_UP = "hello from London"


def prepare(settings: Settings) -> None:
    """What both servers need before Rasa is imported: no telemetry, one thread, discreet logs."""
    telemetry.disable()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    for name in ("OMP_NUM_THREADS", "TF_INTER_OP_PARALLELISM_THREADS", "TF_INTRA_OP_PARALLELISM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ["STEADY_ACTION_URL"] = f"http://{settings.actions_host}:{settings.actions_port}/webhook"
    os.chdir(ROOT)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    discreet_logging.install()


def run_bot(settings: Settings) -> None:
    """Serve the channels and the demo page until stopped."""
    prepare(settings)
    from rasa.core.agent import load_agent
    from rasa.core.channels import channel
    from rasa.core.utils import AvailableEndpoints
    from sanic import Sanic

    from bot.channels.forms import forms
    from bot.channels.web import WebInput
    from bot.ops.rasa_speed import check_schemas_once
    from bot.widget.pages import pages

    check_schemas_once()

    app = Sanic("steady", configure_logging=False)
    app.ctx.agent = None
    app.config.ACCESS_LOG = False
    app.config.REQUEST_MAX_SIZE = settings.max_body_bytes * 4
    web = WebInput(settings)
    channel.register([web], app, route="/webhooks/")
    app.blueprint(forms(settings, web.dialogues))
    app.blueprint(pages(settings))

    async def load(app: Sanic, loop: AbstractEventLoop) -> None:
        endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
        app.ctx.agent = await load_agent(str(model_path(settings)), endpoints=endpoints, loop=loop)
        if not app.ctx.agent.is_ready():
            logger.error("the model could not be loaded: run `make train`")
            return
        # Gazetteer and encoder load with the first message; nobody in need should wait for that.
        await app.ctx.agent.parse_message(WARM_UP)

    app.register_listener(load, "before_server_start")
    app.run(host=settings.host, port=settings.port, access_log=False, debug=False)


def run_actions(settings: Settings) -> None:
    """Serve the actions on loopback until stopped; they have no other door."""
    prepare(settings)
    from rasa_sdk.endpoint import create_app

    from actions.resources import directory, place_label

    directory()
    place_label("US")
    app = create_app("actions", cors_origins="")
    app.register_listener(lambda *_: discreet_logging.serve(), "after_server_start")
    app.run(host=settings.actions_host, port=settings.actions_port, access_log=False, debug=False)
