import { expect, test } from 'vitest';
import { emptyRecord, recordEnd } from './run-record.js';

test('a process that did not start is the kit’s fault, not the plugin’s', () => {
  const { unusable } = recordEnd(emptyRecord, { type: 'not-started', how: 'exit code 1, null: no memory' });
  expect(unusable).toEqual({ fault: 'kit', message: 'the process that loads the plugin did not start: exit code 1, null: no memory' });
});
