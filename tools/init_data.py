#!/usr/bin/env python3
"""Prints Telegram initData for a user, signed now with a bot's token.

    tools/init_data.py BOT_TOKEN USER_ID [FIRST_NAME]

For tools that talk to a test server: whoever knows the token can be anybody.
"""

import hashlib
import hmac
import json
import sys
import time
from urllib.parse import urlencode


def init_data(token: str, user: dict, at: int) -> str:
    fields = {
        "auth_date": str(at),
        "query_id": "AAtools",
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
    }
    text = "\n".join(f"{key}={fields[key]}" for key in sorted(fields))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    fields["hash"] = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return urlencode(fields)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    name = sys.argv[3] if len(sys.argv) == 4 else "Test"
    print(init_data(sys.argv[1], {"id": int(sys.argv[2]), "first_name": name}, int(time.time())))
