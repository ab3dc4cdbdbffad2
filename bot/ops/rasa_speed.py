"""One repair of Rasa, for the time a person waits.

Rasa checks the answer of every action call against a JSON schema, and each time first checks the schema
against the schema of schemas. Measured: three quarters of the work of a turn. The schema never changes,
so it is checked once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonschema import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for


@lru_cache(maxsize=1)
def _validator() -> Validator:
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def check_schemas_once() -> None:
    """Make Rasa's check of action answers use the compiled schema; the check itself stays the same."""
    from rasa.core.actions.action import RemoteAction

    def validate(self: Any, result: dict[str, Any]) -> bool:
        try:
            _validator().validate(result)
        except ValidationError:
            # Without the original text: it would quote the answer.
            raise ValidationError("the action server's answer does not match the schema") from None
        return True

    RemoteAction._validate_action_result = validate
