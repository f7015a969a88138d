"""Tests of understudy.runtime.stores"""
