"""Tests of understudy.commands"""
