"""`python -m danso.gateway`."""

import sys

from danso.gateway.process import main

sys.exit(main())
