import { expect, test } from 'vitest';
import { runtimeError } from './runtime-error.js';

const system = `${process.platform} ${process.arch}`;
const skip = 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node';

test.each([
  {
    name: 'an absent runtime',
    failure: { step: 'runtime', code: 'ERR_MODULE_NOT_FOUND', message: "Cannot find package 'onnxruntime-node' imported from /app/x.mjs" },
    expected: { kind: 'invalid-request', retryable: false },
    says: ['onnxruntime-node is not installed: run `npm install onnxruntime-node`', skip, 'onnxruntime-node-install=skip'],
  },
  {
    name: 'a system without a build',
    failure: {
      step: 'runtime',
      code: 'MODULE_NOT_FOUND',
      message: "Cannot find module '../onnxruntime_binding.node'\nRequire stack:\n- /app/y.js",
    },
    expected: { kind: 'invalid-request', retryable: false },
    says: [`no build that loads on ${system} (Cannot find module '../onnxruntime_binding.node'): use a version of it that has one`],
  },
  {
    name: 'a library that does not load',
    failure: { step: 'runtime', code: 'ERR_DLOPEN_FAILED', message: 'libstdc++.so.6: cannot open shared object file' },
    expected: { kind: 'invalid-request', retryable: false },
    says: [`no build that loads on ${system} (libstdc++.so.6`],
  },
  {
    name: 'a runtime that fails in another way',
    failure: { step: 'runtime', code: '', message: 'half installed' },
    expected: { kind: 'invalid-request', retryable: false },
    says: [`cannot be loaded on ${system} (half installed)`, skip],
  },
  {
    name: 'a broken model',
    failure: { step: 'model', code: '', message: 'protobuf parsing failed' },
    expected: { kind: 'invalid-request', retryable: false },
    says: ['protobuf parsing failed', 'install @parley/silero again'],
  },
  {
    name: 'a failed run',
    failure: { step: 'run', code: '', message: 'out of memory' },
    expected: { name: 'APIConnectionError', kind: 'connection', retryable: true },
    says: ['the model failed while it ran (out of memory)'],
  },
] as const)('$name is reported with what to do', ({ failure, expected, says }) => {
  const error = runtimeError({ type: 'failed', ...failure });
  expect(error).toMatchObject({ provider: 'silero', cause: { message: failure.message }, ...expected });
  for (const part of says) expect(error.message).toContain(part);
  expect(error.message).not.toContain('/app/');
});
