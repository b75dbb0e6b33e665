"""Writes down what a second recogniser (PyPI pocketsphinx, BSD) hears: another engine than any under test.

Standard input: stretches of 16 kHz mono 16-bit PCM, little endian, each preceded by its length in bytes (4 bytes, little endian).
Standard output: one line of text for each.
"""

import struct
import sys

from pocketsphinx import Decoder

decoder = Decoder(samprate=16000, loglevel="FATAL")
while header := sys.stdin.buffer.read(4):
    audio = sys.stdin.buffer.read(struct.unpack("<I", header)[0])
    decoder.start_utt()
    decoder.process_raw(audio, full_utt=True)
    decoder.end_utt()
    heard = decoder.hyp()
    print(heard.hypstr if heard else "", flush=True)
