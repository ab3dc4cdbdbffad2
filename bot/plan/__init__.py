"""Which steps, in which order, and why: pure functions of what is known."""

from bot.plan.known import Known
from bot.plan.order import Plan, PlanItem, plan
from bot.plan.questions import next_question

__all__ = ["Known", "Plan", "PlanItem", "next_question", "plan"]
