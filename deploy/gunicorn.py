"""gunicorn's settings: one sync worker a core, or two at least; no control socket."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY", max(2, os.cpu_count() or 1)))
worker_class = "sync"
timeout = 60
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
accesslog = os.environ.get("DUIJIE_ACCESS_LOG") or None
control_socket_disable = True
preload_app = False
