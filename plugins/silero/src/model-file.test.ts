import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const file = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url));

test('the vendored model is the published one, byte for byte', () => {
  const model = file('model/silero_vad.onnx');
  expect(model.length).toBe(2_327_524);
  expect(createHash('sha256').update(model).digest('hex')).toBe('1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3');
});

test('its licence and the notice of where it comes from are beside it and in the package', () => {
  expect(file('model/LICENSE').toString()).toMatch(/^MIT License\s+Copyright \(c\) 2020-present Silero Team/);
  expect(file('NOTICE').toString()).toContain('1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3');
  expect(JSON.parse(file('package.json').toString())).toMatchObject({
    files: expect.arrayContaining(['dist', 'model', 'LICENSE', 'NOTICE']),
  });
});
