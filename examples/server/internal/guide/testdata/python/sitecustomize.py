"""Lets simulated time pass where a program would sleep."""
import os
import time
import urllib.request


def sleep(seconds):
    urllib.request.urlopen(f"{os.environ['TEST_BASE']}/test/sleep/{seconds}").close()


time.sleep = sleep
