import type { VendorRequest } from '../../loopback/vendor-connection.js';
import type { TTSHeard } from '../../wire/tts-wire.js';

/** What the address of a request for speech says. @throws {TypeError} It is not the vendor's, or asks for no PCM. */
export function readSpeechRequest({ path, query, headers }: VendorRequest, end: string): Extract<TTSHeard, { readonly type: 'settings' }> {
  const [, voice] = new RegExp(`^/v1/text-to-speech/([^/]+)/${end}$`).exec(path) ?? [];
  if (voice === undefined) throw new TypeError(`there is no ${path}: it is /v1/text-to-speech/<voice>/${end}`);
  if ((headers['xi-api-key'] ?? '') === '') throw new TypeError('there is no header "xi-api-key"');
  const language = query.get('language_code');
  return {
    type: 'settings',
    sampleRate: readRate(query.get('output_format')),
    model: query.get('model_id') ?? '',
    voice: decodeURIComponent(voice),
    ...(language === null ? {} : { language }),
  };
}

/** @throws {TypeError} It is no format of 16-bit PCM. */
export function readRate(format: string | null): number {
  const [, rate] = /^pcm_(8000|16000|22050|24000|44100|48000)$/.exec(format ?? '') ?? [];
  if (rate === undefined) throw new TypeError(`"${format}" is no format of PCM: it is pcm_16000, for instance`);
  return Number(rate);
}
