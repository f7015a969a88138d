"""Tests of understudy.serving.server"""
