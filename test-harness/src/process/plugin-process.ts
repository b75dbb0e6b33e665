// The process in which a plugin is proven. Whoever starts it sends a job, and is told what it does before it does it.
import { ruleLevel } from '../rules/rule-level.js';
import type { Rule } from '../rules/rule.js';
import { rulesByKind } from '../rules/rules-by-kind.js';
import { runRules } from '../run/run-rules.js';
import { createSubject, type SubjectOptions } from '../subject/create-subject.js';
import type { ProvableKind } from '../subject/provables.js';
import { shown } from '../rules/violation.js';
import { loadModule } from './load-module.js';
import { pluginSubjects } from './plugin-subjects.js';
import type { RunJob, RunMessage, SubjectHead } from './run-message.js';

/** A vendor far away takes its time. */
const livePatienceMs = 15_000;
const channel = process.send?.bind(process);

/** Settles when it was handed to the system: what comes next may be the end of this process. */
function tell(message: RunMessage): Promise<void> {
  return new Promise((resolve) => {
    if (channel === undefined) resolve();
    else channel(message, undefined, undefined, () => resolve());
  });
}

async function work(job: RunJob): Promise<void> {
  const loaded = await loadModule(job.module);
  const wireFile = job.wireFile === undefined ? undefined : await loadModule(job.wireFile);
  if (loaded.type === 'fault') return tell({ ...loaded, type: 'unusable' });
  if (wireFile?.type === 'fault') return tell({ ...wireFile, type: 'unusable' });
  const found = subjectsOf({ module: loaded.exports, wireFile: wireFile?.exports, isLive: job.isLive });
  if (found.type === 'fault') return tell({ ...found, type: 'unusable' });
  const wanted = found.subjects.filter(({ kind }) => job.kind === undefined || kind === job.kind);
  if (wanted.length === 0) {
    const offered = [...new Set(found.subjects.map(({ kind }) => kind))].join(', ');
    const message = job.kind === undefined ? 'the plugin offers no kind' : `the plugin offers no ${job.kind}: it has ${offered}`;
    return tell({ type: 'unusable', fault: job.kind === undefined ? 'plugin' : 'user', message });
  }
  for (const [index, subject] of wanted.entries()) {
    const key = `${index} ${subject.kind} ${subject.wire?.name ?? ''}`.trim();
    if (!job.broken.includes(key)) await prove(subject, key, job);
  }
  await tell({ type: 'done' });
}

/** What a module exports may throw when it is looked at. */
function subjectsOf(found: Parameters<typeof pluginSubjects>[0]): ReturnType<typeof pluginSubjects> {
  try {
    return pluginSubjects(found);
  } catch (error) {
    const how = error instanceof Error ? `${error.name}: ${error.message}` : shown(error);
    return { type: 'fault', fault: 'plugin', message: `reading what the module exports failed with ${how}` };
  }
}

async function prove<Kind extends ProvableKind>(options: SubjectOptions<Kind>, key: string, job: RunJob): Promise<void> {
  const { kind } = options;
  const head: SubjectHead = { key, kind, name: options.name ?? options.wire?.name ?? kind };
  await tell({ type: 'subject-start', subject: head });
  try {
    const subject = await createSubject(options);
    const done = job.done[key] ?? [];
    const all: readonly Rule<Kind>[] = rulesByKind[kind];
    // Against a vendor that is paid: what a reader of the stream can see, and no thousand calls.
    const level = job.isLive ? Math.min(job.level, 2) : job.level;
    const rules = all.filter(({ id }) => ruleLevel(id) <= level);
    const texts = rules.map(({ id, title, why, since }) => ({ id, title, why, since }));
    await tell({ type: 'subject', subject: { ...head, name: subject.name }, capabilities: plain(subject.declared), rules: texts });
    await runRules({
      subject,
      patienceMs: job.isLive ? livePatienceMs : undefined,
      rules: rules.filter(({ id }) => !done.includes(id)),
      onStart: ({ id, title, why, since, deadlineMs = 20_000 }) =>
        tell({ type: 'rule-start', key, rule: { id, title, why, since }, deadlineMs }),
      onVerdict: (verdict) => tell({ type: 'verdict', key, verdict }),
    });
  } catch (error) {
    await tell({ type: 'subject-broken', key, message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}

function plain(instance: object): unknown {
  const capabilities: unknown = Reflect.get(instance, 'capabilities');
  return JSON.parse(JSON.stringify(capabilities ?? {}));
}

/** Keeps this process alive while there is work, and ends it with the one that started it. */
const onOrphaned = () => process.exit();

process.on('disconnect', onOrphaned);
process.once('message', (job: RunJob) => {
  // The plugin is not to speak in the kit's name.
  Reflect.deleteProperty(process, 'send');
  void work(job).finally(() => {
    process.off('disconnect', onOrphaned);
    process.disconnect();
  });
});
void tell({ type: 'ready' });
