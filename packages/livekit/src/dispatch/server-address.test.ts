import { expect, test } from 'vitest';
import { serverAddress } from './server-address.js';

test.each([
  ['wss://x.livekit.cloud', 'wss://x.livekit.cloud', 'https://x.livekit.cloud'],
  ['http://127.0.0.1:7880/', 'ws://127.0.0.1:7880', 'http://127.0.0.1:7880'],
  ['https://calls.example/livekit//', 'wss://calls.example/livekit', 'https://calls.example/livekit'],
])('%s is reached as a room, by the agent socket and by the API', (url, roomUrl, apiUrl) => {
  expect(serverAddress(url)).toMatchObject({ roomUrl, apiUrl, agentUrl: `${roomUrl}/agent?protocol=1` });
});

test('a password in the URL is used, and not shown', () => {
  const { agentUrl, shown } = serverAddress('wss://me:hunter2@calls.example/x?y=1');
  expect(agentUrl).toBe('wss://me:hunter2@calls.example/x/agent?protocol=1');
  expect(shown).toBe('wss://calls.example/x');
});

test.each(['localhost:7880', 'ftp://calls.example', 'calls.example', ''])('%j is no URL of a server, and what to write is said', (url) => {
  expect(() => serverAddress(url)).toThrow(/begins with ws:\/\/, wss:\/\/, http:\/\/ or https:\/\//);
});

test('a key that was given for the URL is not repeated', () => {
  expect(() => serverAddress('APIkey12345678secret')).toThrow(/"APIk…"/);
  expect(() => serverAddress('ftp://me:hunter2@calls.example')).toThrow(/"ftp:\/\/calls\.example"/);
});
