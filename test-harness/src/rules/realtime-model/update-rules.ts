import type { RealtimeCapabilities, RealtimeConnection } from '@parley/core/provider';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import { countingSamples } from '../audio-frames.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import {
  bookTool,
  type Connected,
  connectModel,
  message,
  noWire,
  outcomeOf,
  request,
  serveModel,
  thrownBy,
  unless,
  whereDeclared,
} from './realtime-calls.js';

type Updated = RealtimeCapabilities['updates'][number];

const update = (connection: RealtimeConnection, what: Updated): Promise<void> => {
  switch (what) {
    case 'instructions':
      return connection.updateInstructions('Be quick.');
    case 'tools':
      return connection.updateTools([bookTool]);
    case 'chat':
      return connection.updateChat([message('u1', 'user', 'Hello.')]);
    default:
      return connection.updateOptions({ voice: 'bob' });
  }
};
const all: readonly Updated[] = ['instructions', 'tools', 'chat', 'options'];

const mustBeUnsupported = async (what: string, act: () => unknown): Promise<void> =>
  void mustBeAPIError(await thrownBy(act), what, { kinds: ['unsupported'], retryable: false });

/** Updates in a call, and what is not declared. */
export const updateRules: readonly Rule<'realtime-model'>[] = [
  {
    id: 'REALTIME-2.19',
    title: 'Each update that is declared reaches the vendor, and settles when the vendor has acknowledged it, not before.',
    why: 'After a hand-off the next reply must be by the new agent’s instructions: what is asked before they are in force is answered by the old.',
    since: '1.0',
    leftOut: (subject) => noWire(subject) ?? (subject.declared.capabilities.updates.length === 0 ? 'updates: none declared' : undefined),
    async prove(trial) {
      const { connection, model, heard, say } = await connectModel(trial, {}, ({ type }) => type === 'update');
      for (const [index, what] of model.capabilities.updates.entries()) {
        let isSettled = false;
        const updating = update(connection, what).finally(() => (isSettled = true));
        updating.catch(() => {});
        await trial.holds(`the update of ${what} at the vendor`, () => heard('update').length > index);
        await trial.quiet();
        mustHold(!isSettled, `the update of ${what} settled before the vendor had acknowledged it`);
        const told = heard('update')[index];
        mustEqual(whatOf(told), what, 'what the vendor was told');
        await say({ type: 'updated', reference: told?.reference ?? '' });
        await trial.settled(`the update of ${what}`, updating);
      }
    },
  },
  {
    id: 'REALTIME-2.20',
    title: 'An update that is not declared rejects with `unsupported`.',
    why: 'Core then opens another connection instead: an update that does nothing leaves the old agent speaking.',
    since: '1.0',
    leftOut: (subject) =>
      noWire(subject) ?? (all.every((what) => subject.declared.capabilities.updates.includes(what)) ? 'all is declared' : undefined),
    async prove(trial) {
      const { connection, model } = await connectModel(trial);
      for (const what of all.filter((one) => !model.capabilities.updates.includes(one)))
        await mustBeUnsupported(`an update of ${what}`, () => update(connection, what));
    },
  },
  {
    id: 'REALTIME-2.21',
    title: 'Of the conversation the difference is sent: what the vendor has is not sent again, what is gone is removed.',
    why: 'Sent whole, it is in the model’s mind twice; what was cut out of it is still there.',
    since: '1.0',
    leftOut: (subject) =>
      noWire(subject) ?? (subject.declared.capabilities.updates.includes('chat') ? undefined : 'updates: chat not declared'),
    async prove(trial) {
      const [one, two, three] = [message('m1', 'user', 'One.'), message('m2', 'assistant', 'Two.'), message('m3', 'user', 'Three.')];
      const { connection, heard } = await connectModel(trial, { chat: [one, two] });
      await trial.settled('the update', connection.updateChat([one, three]));
      const told = heard('update');
      mustEqual(
        told.flatMap(({ added = [] }) => added.map(({ text }) => text)),
        ['Three.'],
        'what was added',
      );
      mustEqual(
        told.flatMap(({ removed = [] }) => removed),
        ['m2'],
        'what was removed',
      );
    },
  },
  {
    id: 'REALTIME-2.22',
    title: 'Images reach the vendor.',
    why: 'The model answers to what it sees.',
    since: '1.0',
    leftOut: unless('images'),
    async prove(trial) {
      const { connection, heard } = await connectModel(trial);
      connection.sendImage({ data: new Uint8Array([1, 2, 3, 4, 5]), mediaType: 'image/jpeg' });
      await trial.holds('the image at the vendor', () => heard('image').length > 0);
      mustEqual(heard('image')[0], { type: 'image', sizeBytes: 5, mediaType: 'image/jpeg' }, 'the image');
    },
  },
  undeclared({ number: 23, ability: 'images', noun: 'An image' }, ({ connection }) =>
    connection.sendImage({ data: new Uint8Array([1]), mediaType: 'image/png' }),
  ),
  undeclared({ number: 24, ability: 'truncate', noun: '`truncate`' }, ({ connection }) =>
    connection.truncate({ itemId: 'i1', playedMs: 10 }),
  ),
  undeclared({ number: 25, ability: 'perResponseToolChoice', noun: 'A choice of tools for one reply' }, ({ connection }) =>
    connection.generateReply({ replyId: 'r', toolChoice: 'none' }),
  ),
  undeclared({ number: 26, ability: 'audioInput', noun: 'Audio' }, ({ connection, model }) =>
    connection.sendAudio(silence(model.capabilities.inputSampleRate)),
  ),
  {
    id: 'REALTIME-2.27',
    title: 'Where turn detection is not declared, a connection that asks for it rejects with `unsupported`.',
    why: 'Neither side would then find the end of a turn.',
    since: '1.0',
    leftOut: whereDeclared('turnDetection'),
    async prove(trial) {
      const { model } = await serveModel(trial);
      const outcome = await trial.settled(
        'the connection',
        outcomeOf(model.connect(request(model, { ...trial.call().options, turnDetection: true }))),
      );
      mustBeAPIError('error' in outcome ? outcome.error : outcome, 'a connection with turn detection', {
        kinds: ['unsupported'],
        retryable: false,
      });
    },
  },
  {
    id: 'REALTIME-2.28',
    title: 'Audio of another rate than the declared one is refused with `unsupported`.',
    why: 'The vendor takes any samples for its own rate: the caller sounds like a mouse, and nobody learns why.',
    since: '1.0',
    leftOut: unless('audioInput'),
    async prove(trial) {
      const { connection, model } = await connectModel(trial);
      await mustBeUnsupported('audio of another rate', () =>
        connection.sendAudio(silence(model.capabilities.inputSampleRate === 48_000 ? 8000 : 48_000)),
      );
    },
  },
  {
    id: 'REALTIME-2.29',
    title: 'A choice of tools for one reply reaches the vendor.',
    why: 'It is how the session ends a chain of tools.',
    since: '1.0',
    leftOut: unless('perResponseToolChoice'),
    async prove(trial) {
      const { connection, heard } = await connectModel(trial, { tools: [bookTool] });
      connection.generateReply({ replyId: 'reply-1', toolChoice: 'none' });
      await trial.holds('the request at the vendor', () => heard('generate').length === 1);
      mustEqual(heard('generate')[0]?.toolChoice, 'none', 'the choice that the vendor heard');
    },
  },
];

interface Undeclared {
  readonly number: number;
  readonly ability: 'images' | 'truncate' | 'perResponseToolChoice' | 'audioInput';
  readonly noun: string;
}

function undeclared({ number, ability, noun }: Undeclared, act: (connected: Connected) => void): Rule<'realtime-model'> {
  return {
    id: `REALTIME-2.${number}`,
    title: `${noun}, where ${ability} is not declared, throws \`unsupported\`, and the connection goes on.`,
    why: 'The session goes by what is declared; what is swallowed in silence is missing without a word.',
    since: '1.0',
    leftOut: whereDeclared(ability),
    async prove(trial) {
      const connected = await connectModel(trial);
      await mustBeUnsupported(noun, () => act(connected));
      await connected.say({ type: 'response-start', responseId: 'r1' });
      await trial.settled('an event after it', connected.reading.first('response-start'));
    },
  };
}

const silence = (sampleRate: number) => ({ samples: countingSamples(sampleRate / 50), sampleRate, channels: 1, atMs: 0 });

function whatOf(told: Readonly<Record<string, unknown>> | undefined): string {
  if (told === undefined) return 'nothing';
  if (told['instructions'] !== undefined) return 'instructions';
  if (told['tools'] !== undefined) return 'tools';
  if (told['added'] !== undefined || told['removed'] !== undefined) return 'chat';
  return told['voice'] !== undefined || told['turnDetection'] !== undefined || told['toolChoice'] !== undefined ? 'options' : shown(told);
}
