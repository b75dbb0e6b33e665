const signatures: readonly { readonly at: number; readonly text: string; readonly means: string }[] = [
  { at: 0, text: 'ID3', means: 'an MP3' },
  { at: 0, text: '\xff\xfb', means: 'an MP3' },
  { at: 0, text: '\xff\xf3', means: 'an MP3' },
  { at: 0, text: '\xff\xf2', means: 'an MP3' },
  { at: 0, text: '\xff\xf1', means: 'AAC' },
  { at: 0, text: '\xff\xf9', means: 'AAC' },
  { at: 0, text: 'OggS', means: 'an Ogg file' },
  { at: 0, text: 'fLaC', means: 'a FLAC' },
  { at: 0, text: 'FORM', means: 'an AIFF' },
  { at: 0, text: 'caff', means: 'a CAF' },
  { at: 0, text: '.snd', means: 'an AU' },
  { at: 0, text: '#!AMR', means: 'an AMR' },
  { at: 0, text: 'RIFX', means: 'a big-endian WAV, which is not read' },
  { at: 0, text: 'riff\x2e\x91\xcf\x11', means: 'a Wave64, which is not read' },
  { at: 0, text: '\x1a\x45\xdf\xa3', means: 'a WebM or Matroska' },
  { at: 4, text: 'ftyp', means: 'an MP4 or M4A' },
  { at: 8, text: 'AVI ', means: 'an AVI' },
  { at: 8, text: 'WEBP', means: 'a WebP picture' },
];

/** What a file that is no WAV may be, by its first 12 bytes: `an MP3`. Nothing if they tell nothing. */
export function guessFileType(start: Uint8Array): string | undefined {
  const text = String.fromCharCode(...start.subarray(0, 12));
  return signatures.find((signature) => text.startsWith(signature.text, signature.at))?.means;
}
