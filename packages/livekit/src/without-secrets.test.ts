import { expect, test } from 'vitest';
import { withoutSecrets } from './without-secrets.js';

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJ2aWRlbyI6e319.c2lnbmF0dXJl';

test('no token is left in what LiveKit says, known or not, whole or cut off', () => {
  expect(withoutSecrets(`invalid token: ${token}, error: expired`)).toBe('invalid token: [redacted], error: expired');
  expect(withoutSecrets('url /rtc?access_token=eyJhbGciOiJIUzI1NiJ9.eyJ2aWRl')).toBe('url /rtc?access_token=[redacted]');
  expect(withoutSecrets('the key is hunter2-hunter2', ['hunter2-hunter2', ''])).toBe('the key is [redacted]');
});

test('a secret that stands at the limit of what is quoted is not cut in two', () => {
  const text = withoutSecrets(`${'x'.repeat(290)}${token}`);
  expect(text).not.toContain('eyJ');
});
