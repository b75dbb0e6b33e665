import { APIError, type JsonObject, type LLM, type LLMEvent, type LLMRequest } from '@parley/core/provider';
import { type CompiledRules, compileRules } from './compiled-rules.js';
import type { LocalRules } from './local-rules.js';
import { OpenCalls } from '../worker/open-calls.js';
import { pendingTurn, textOf, type ToolOutput } from './pending-turn.js';
import { matchRules, type RuleMatch } from './rule-matches.js';
import { fillTemplate } from './template.js';

const capabilities = Object.freeze({ tools: true, parallelToolCalls: true, images: false, audio: false, structuredOutput: false });

/**
 * Answers by rules behind the interface of an LLM. It is no language model: it knows the sentences of its rules and nothing else, ignores
 * instructions, remembers nothing but the conversation it is given, and says `otherwise` to all else. Nothing is billed, so no usage is
 * reported.
 *
 * - What the caller said is matched as a whole, else as several sentences of the rules, one after another; each gets its answer.
 * - A rule whose tool is not offered in this call is answered with `otherwise`, and a warning is logged.
 * - After a tool it says the rule's `then`, or else the tool's own text.
 * - Asked for a reply when the caller has said nothing new, it says `greeting`, or else `otherwise`.
 *
 * @throws {TypeError} A rule is unsound; the message names it.
 */
export function createRuleBrain(rules: LocalRules): LLM {
  const brain: Brain = { ...rules, compiled: compileRules(rules) };
  const calls = new OpenCalls();
  return {
    specificationVersion: 1,
    kind: 'llm',
    provider: 'local',
    model: 'rules',
    capabilities,
    generate(request) {
      if (request.responseFormat !== undefined)
        throw unsupported('the rule brain cannot answer in a given format: it only says what its rules say');
      const parts = request.chat.flatMap((item) => (item.type === 'message' || item.type === 'tool-output' ? item.content : []));
      if (parts.some((part) => part.type === 'image'))
        throw unsupported('the rule brain sees no images: leave them out of the conversation');
      if (parts.some((part) => part.type === 'audio' && part.transcript === undefined))
        throw unsupported('the rule brain hears no audio: give the transcript with it');
      return calls.stream(request, () => respond(request, brain));
    },
    close() {
      calls.close();
      return Promise.resolve();
    },
  };
}

interface Brain extends Pick<LocalRules, 'otherwise' | 'greeting'> {
  readonly compiled: CompiledRules;
}

/** What is said, and which tools are called after it. */
interface Response {
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: JsonObject }[];
}

async function* respond(request: LLMRequest, brain: Brain): AsyncGenerator<LLMEvent, void, void> {
  const { text, toolCalls } = decide(request, brain);
  yield { type: 'response-metadata', model: 'rules' };
  // In words, as an LLM would give it: what speaks it may begin before the end.
  for (const delta of text.match(/\S+\s*/g) ?? []) yield { type: 'text-delta', text: delta };
  // Unique in the whole conversation, also if two calls of core's should have the same id.
  const earlier = request.chat.filter((item) => item.type === 'tool-call').length;
  for (const [index, call] of toolCalls.entries()) {
    yield {
      type: 'tool-call',
      callId: `local-${request.callId}-${earlier + index + 1}`,
      name: call.name,
      argumentsJson: JSON.stringify(call.arguments),
    };
  }
  yield { type: 'finish', reason: toolCalls.length > 0 ? 'tool-calls' : 'stop' };
}

function decide(request: LLMRequest, { compiled, otherwise, greeting }: Brain): Response {
  const turn = pendingTurn(request.chat);
  switch (turn.type) {
    case 'nothing':
      return { text: greeting ?? otherwise, toolCalls: [] };
    case 'tools':
      return { text: report(matchRules(turn.userText, compiled), turn.outputs), toolCalls: [] };
    case 'user':
      return answer(matchRules(turn.text, compiled), request) ?? { text: otherwise, toolCalls: [] };
    default:
      return turn satisfies never;
  }
}

/** Nothing, if there is no match or a tool cannot be called. */
function answer(matches: readonly RuleMatch[], request: LLMRequest): Response | undefined {
  if (matches.length === 0) return undefined;
  const toolCalls = matches.flatMap(({ rule, filled }) => {
    if (rule.call === undefined) return [];
    const slots = Object.fromEntries(Object.entries(filled).map(([name, { value }]) => [name, value] as const));
    return [{ name: rule.call, arguments: rule.convert?.(slots) ?? slots }];
  });
  const missing = toolCalls.find(({ name }) => !isOffered(name, request));
  if (missing !== undefined) {
    request.logger.log('warn', 'a rule names a tool that this call does not offer: give the agent that tool, or mend the rule', {
      tool: missing.name,
    });
    return undefined;
  }
  // What comes after a tool is said after it.
  const firstCall = matches.findIndex(({ rule }) => rule.call !== undefined);
  const text = matches.flatMap((match, index) => (isLater(match, index, firstCall) ? [] : sayTemplate(match))).join(' ');
  // One at a time: the last sentence is what the caller settled on.
  return { text, toolCalls: request.parallelToolCalls === false ? toolCalls.slice(-1) : toolCalls };
}

function isOffered(name: string, { tools, toolChoice }: LLMRequest): boolean {
  if (toolChoice === 'none' || (typeof toolChoice === 'object' && toolChoice.name !== name)) return false;
  return tools.some((tool) => tool.name === name);
}

function isLater({ rule }: RuleMatch, index: number, firstCall: number): boolean {
  return rule.call === undefined && firstCall >= 0 && index > firstCall;
}

function sayTemplate({ rule, filled }: RuleMatch): string[] {
  const text = rule.say === undefined ? undefined : fillTemplate(rule.say, (name) => filled[name]?.said);
  return text === undefined ? [] : [text];
}

/** What is said once the tools are done: of each its output, in the order of what was asked, and what was left to be said after it. */
function report(matches: readonly RuleMatch[], outputs: readonly ToolOutput[]): string {
  const remaining = [...outputs];
  const firstCall = matches.findIndex(({ rule }) => rule.call !== undefined);
  const reports = matches.flatMap((match, index) => {
    const at = remaining.findIndex(({ name }) => name === match.rule.call);
    const [output] = at < 0 ? [] : remaining.splice(at, 1);
    if (output !== undefined) return [sayOutput(output, match)];
    return isLater(match, index, firstCall) ? sayTemplate(match) : [];
  });
  return [...reports, ...remaining.map((output) => sayOutput(output))].join(' ');
}

/** What is said of a tool's output. A rule's own words only hold if it did not fail. */
function sayOutput(output: ToolOutput, match?: RuleMatch): string {
  const text = textOf(output.content);
  const then = output.isError ? undefined : match?.rule.then;
  const filled = then === undefined ? undefined : fillTemplate(then, (name) => match?.filled[name]?.said ?? outputField(text, name));
  // A tool that returns nothing has still done what was asked.
  return filled ?? (text === '' ? 'Done.' : text);
}

/** `output` is the text, `output.a.b` a field of it as JSON. */
function outputField(text: string, name: string): string | undefined {
  const [root, ...path] = name.split('.');
  if (root !== 'output') return undefined;
  if (path.length === 0) return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const key of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function unsupported(message: string): APIError {
  return new APIError(message, { kind: 'unsupported', provider: 'local', retryable: false });
}
