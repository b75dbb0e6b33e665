import type { Level } from '../rules/rule.js';
import type { ProvableKind } from '../subject/provables.js';
import type { RunJob, RunMessage } from './run-message.js';
import { emptyRecord, giveUp, recordEnd, recordMessage, type RunRecord } from './run-record.js';
import { watchProcess } from './watched-process.js';

export interface RunModuleOptions {
  /** URL of the module's file. */
  readonly module: string;
  readonly wireFile?: string | undefined;
  readonly kind?: ProvableKind | undefined;
  /** Default 5. */
  readonly level?: Level | undefined;
  readonly isLive?: boolean | undefined;
  /** Real time for the import, and for what lies between two rules. Default 30,000. */
  readonly loadMs?: number | undefined;
  /** Real time for a rule, where that is less than the rule's own deadline and 10,000 more. */
  readonly ruleMs?: number | undefined;
  readonly onRecord?: ((record: RunRecord, message: RunMessage) => void) | undefined;
}

export interface ModuleRun extends RunRecord {
  /** What else there is to say, in lines: that the plugin printed, that it kept its process alive. */
  readonly notes: readonly string[];
}

/** A rule has a deadline of its own; beyond that the process is stuck. */
const graceMs = 10_000;
/** A plugin that ends its process so often, and keeps no rule in between, would do so for all that are left. */
const mostLostInARow = 5;
/** The kit's own start, on a machine that does much else. */
const startMs = 60_000;

/** Proves a module in processes of its own: what one does not survive is blamed, and the next goes on behind it. Never rejects for a plugin. */
export async function runModule(options: RunModuleOptions): Promise<ModuleRun> {
  const { loadMs = 30_000, ruleMs = Infinity } = options;
  const patienceMs = (last: RunMessage | undefined) =>
    last === undefined ? startMs : last.type === 'rule-start' ? Math.min(ruleMs, last.deadlineMs + graceMs) : loadMs;
  let lostInARow = 0;
  let record: RunRecord = emptyRecord;
  const notes = new Set<string>();
  for (;;) {
    const before = record;
    const { end, printed } = await watchProcess({
      job: jobOf(options, record),
      patienceMs,
      onMessage: (message) => {
        record = recordMessage(record, message);
        options.onRecord?.(record, message);
      },
    });
    record = { ...recordEnd(record, end), at: { type: 'loading' } };
    if (printed !== '') notes.add(`the plugin printed: ${JSON.stringify(printed.slice(0, 200))}`);
    if (end.type === 'lingered') notes.add('the plugin keeps its process alive after all was closed');
    lostInARow = passedOf(record) > passedOf(before) ? 0 : lostInARow + 1;
    if (lostInARow >= mostLostInARow) {
      record = giveUp(record);
      lostInARow = 0;
    }
    const isOver = end.type === 'done' || end.type === 'lingered' || record.unusable !== undefined;
    if (isOver || countOf(record) === countOf(before)) return { ...record, notes: [...notes] };
  }
}

function jobOf({ module, wireFile, kind, level = 5, isLive = false }: RunModuleOptions, record: RunRecord): RunJob {
  return {
    module,
    wireFile,
    kind,
    level,
    isLive,
    done: Object.fromEntries(record.subjects.map(({ subject, verdicts }) => [subject.key, verdicts.map(({ rule }) => rule.id)])),
    broken: record.subjects.filter(({ problem }) => problem !== undefined).map(({ subject }) => subject.key),
  };
}

/** What is settled: a process that adds nothing to it would add nothing again. */
const countOf = ({ subjects }: RunRecord): number =>
  subjects.reduce((count, { verdicts, problem }) => count + verdicts.length + (problem === undefined ? 0 : 1), 0);

const passedOf = ({ subjects }: RunRecord): number =>
  subjects.reduce((count, { verdicts }) => count + verdicts.filter(({ outcome }) => outcome === 'passed').length, 0);
