"""Tests of understudy.runtime.stores.redis"""
