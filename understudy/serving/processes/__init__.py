"""Several processes that serve one app: `understudy serve --workers`.

The parent makes a socket for each worker, all at one address, among which Linux deals connections
out, and loads the app. Then it forks the workers, and serves nothing itself: a `Supervisor` starts
anew what ends, and replaces all workers at SIGHUP.
"""
