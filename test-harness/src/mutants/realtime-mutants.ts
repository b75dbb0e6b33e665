import type { AudioFrame } from '@parley/core/provider';
import { asking, connectionWith, modelWith, swallowing, telling } from './changed-realtime.js';
import type { Mutant } from './mutant.js';
import { realtimeLifeMutants } from './realtime-life-mutants.js';

/** Each breaks one rule. */
export const realtimeMutants: readonly Mutant<'realtime-model'>[] = [
  modelWith('REALTIME-2.1', 'has no name', () => ({ model: '' })),
  asking('REALTIME-2.2', 'asks for no voice', ({ voice: _voice, ...request }) => request),
  connectionWith('REALTIME-2.3', 'drops the last sample of odd frames', (connection) => ({
    sendAudio: (frame) =>
      connection.sendAudio(frame.samples.length % 2 === 0 ? frame : { ...frame, samples: frame.samples.subarray(0, -1) }),
  })),
  connectionWith('REALTIME-2.4', 'clears where it should commit', (connection) => ({ commitAudio: () => connection.clearAudio() })),
  connectionWith('REALTIME-2.5', 'does not say what the user wrote', (connection) => ({
    generateReply: ({ userText: _userText, ...request }) => connection.generateReply(request),
  })),
  telling(
    'REALTIME-2.6',
    'names a reply that nobody asked for',
    () => (event) => (event.type === 'response-start' && event.replyId === undefined ? { ...event, replyId: 'its own' } : event),
  ),
  telling(
    'REALTIME-2.7',
    'takes a response that is incomplete for complete',
    () => (event) => (event.type === 'response-end' && event.status === 'incomplete' ? { ...event, status: 'completed' } : event),
  ),
  telling(
    'REALTIME-2.8',
    'begins the line of an item anew with each frame',
    () => (event) => (event.type === 'audio' ? { ...event, frame: { ...event.frame, atMs: 0 } } : event),
  ),
  telling(
    'REALTIME-2.9',
    'trims the text',
    () => (event) => (event.type === 'text-delta' && event.text === 'Ihr ' ? { ...event, text: 'Ihr' } : event),
  ),
  connectionWith('REALTIME-2.10', 'answers tools under another id', (connection) => ({
    sendToolOutput: (output) => connection.sendToolOutput({ ...output, callId: output.callId.toUpperCase() }),
  })),
  connectionWith('REALTIME-2.11', 'throws where there is nothing to interrupt', (connection) => {
    let hasBegun = false;
    return {
      generateReply(request) {
        hasBegun = true;
        connection.generateReply(request);
      },
      interrupt() {
        if (!hasBegun) throw new Error('nothing is under way');
        connection.interrupt();
      },
      async [Symbol.asyncDispose]() {
        hasBegun = true;
        await connection[Symbol.asyncDispose]();
      },
    };
  }),
  connectionWith('REALTIME-2.12', 'interrupts only what has begun', (connection) => {
    let asked = 0;
    return {
      generateReply(request) {
        asked += 1;
        connection.generateReply(request);
      },
      interrupt: () => (asked > 0 ? undefined : connection.interrupt()),
    };
  }),
  connectionWith('REALTIME-2.13', 'counts what was heard in seconds', (connection) => ({
    truncate: ({ itemId, playedMs }) => connection.truncate({ itemId, playedMs: playedMs / 1000 }),
  })),
  telling(
    'REALTIME-2.14',
    'takes the final transcript for an interim one',
    () => (event) => (event.type === 'input-transcript' && event.text.endsWith('please.') ? [event, event] : event),
  ),
  connectionWith('REALTIME-2.15', 'leaves the times of speech as the vendor counts them', (connection) => {
    let counted = 0;
    return {
      sendAudio(frame: AudioFrame) {
        connection.sendAudio({ ...frame, atMs: counted });
        counted += (frame.samples.length * 1000) / frame.sampleRate;
      },
    };
  }),
  telling('REALTIME-2.16', 'reports all usage so far each time', () => {
    let inputTokens = 0;
    return (event) =>
      event.type === 'usage' ? { ...event, usage: { ...event.usage, inputTokens: (inputTokens += event.usage.inputTokens ?? 0) } } : event;
  }),
  telling(
    'REALTIME-2.17',
    'does not say which reply was refused',
    () => (event) => (event.type === 'error' ? { type: 'error', error: event.error } : event),
  ),
  telling('REALTIME-2.18', 'keeps to itself that it will end', () => (event) => (event.type === 'expiring' ? [] : event)),
  connectionWith('REALTIME-2.19', 'does not wait until tools are in force', (connection) => ({
    async updateTools(tools) {
      connection.updateTools(tools).catch(() => {});
    },
  })),
  swallowing('REALTIME-2.20', 'takes an update that it does not declare', { updates: ['instructions', 'chat', 'options'] }),
  connectionWith('REALTIME-2.21', 'sends the whole conversation again', (connection) => ({
    updateChat: async (chat) => {
      if (chat.length < 2) return connection.updateChat(chat);
      await connection.updateChat([]);
      return connection.updateChat(chat);
    },
  })),
  connectionWith('REALTIME-2.22', 'takes every image for a PNG', (connection) => ({
    sendImage: ({ data }) => connection.sendImage({ data, mediaType: 'image/png' }),
  })),
  swallowing('REALTIME-2.23', 'swallows images', { images: false }),
  swallowing('REALTIME-2.24', 'swallows what was heard', { truncate: false }),
  swallowing('REALTIME-2.25', 'swallows a choice of tools', { perResponseToolChoice: false }),
  swallowing('REALTIME-2.26', 'swallows audio', { audioInput: false }),
  swallowing('REALTIME-2.27', 'detects turns though it says that it does not', { turnDetection: false }),
  connectionWith('REALTIME-2.28', 'takes audio of any rate for audio of its own', (connection) => ({
    sendAudio: (frame) => connection.sendAudio({ ...frame, sampleRate: 16_000 }),
  })),
  connectionWith('REALTIME-2.29', 'has no choice of tools', (connection) => ({
    generateReply: ({ toolChoice: _toolChoice, ...request }) => connection.generateReply(request),
  })),
  ...realtimeLifeMutants,
];
