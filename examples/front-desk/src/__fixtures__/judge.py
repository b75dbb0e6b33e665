"""Reads one JSON string of base64 PCM (16 kHz, mono, 16 bits) per line; prints what is heard in it, a line for each.

Needs pocketsphinx (PyPI), another recogniser than the one under test.
"""
import base64
import json
import sys

from pocketsphinx import Decoder

decoder = Decoder(samprate=16000, loglevel="FATAL")
for line in sys.stdin:
    decoder.start_utt()
    decoder.process_raw(base64.b64decode(json.loads(line)), full_utt=True)
    decoder.end_utt()
    heard = decoder.hyp()
    print(heard.hypstr if heard else "", flush=True)
