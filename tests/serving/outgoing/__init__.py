"""Tests of understudy.serving.outgoing, with a server that receives callbacks and webhooks."""
