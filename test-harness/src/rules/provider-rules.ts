import { getEventListeners } from 'node:events';
import type { AnyProvider } from '@parley/core/provider';
import { AbortError } from '@parley/core/provider-kit';
import type { Trial } from '../trial/trial.js';
import { mustEqual, mustHold, shown } from './violation.js';

/** What a rule of any provider needs of its trial. */
type ProviderTrial = Pick<Trial<'vad'>, 'settled' | 'clock'>;

/** Kind, version, names, and capabilities that are plain data and the same whenever they are read. */
export function proveIdentity(provider: AnyProvider, kind: AnyProvider['kind']): void {
  mustEqual(provider.kind, kind, 'kind');
  mustEqual(provider.specificationVersion, 1, 'specificationVersion');
  for (const name of ['provider', 'model'] as const) {
    mustHold(typeof provider[name] === 'string' && provider[name] !== '', `${name} must be a name, and is ${shown(provider[name])}`);
  }
  const first = JSON.stringify(provider.capabilities);
  mustHold(typeof provider.capabilities === 'object', `capabilities must be an object, and are ${shown(provider.capabilities)}`);
  mustEqual(JSON.parse(first), { ...provider.capabilities }, 'capabilities as plain data');
  mustEqual(JSON.stringify(provider.capabilities), first, 'capabilities when they are read again');
}

/** `prewarm` may be called often and at once, and when it is aborted it gives way to the signal. */
export async function provePrewarm(trial: ProviderTrial, provider: AnyProvider): Promise<void> {
  const { clock } = trial;
  const calm = new AbortController();
  const warm = async () => provider.prewarm?.({ signal: calm.signal, clock });
  await trial.settled('prewarm, asked for three times at once', Promise.all([warm(), warm(), warm()]));
  await trial.settled('prewarm, once it is warm', warm());
  mustEqual(getEventListeners(calm.signal, 'abort').length, 0, 'listeners left on the signal of prewarm');
  const aborted = new AbortController();
  aborted.abort(new AbortError());
  const outcome = await trial.settled(
    'prewarm, with a signal that has fired',
    (async () => provider.prewarm?.({ signal: aborted.signal, clock }))().then(
      () => undefined,
      (error: unknown) => ({ error }),
    ),
  );
  mustHold(
    outcome === undefined || outcome.error === aborted.signal.reason,
    `prewarm, with a signal that has fired: must reject with its reason, and rejected with ${shown(outcome?.error)}`,
  );
}

/** Closing again settles, too. */
export async function proveClosesTwice(trial: ProviderTrial, provider: AnyProvider): Promise<void> {
  await trial.settled('close', Promise.all([provider.close?.(), provider.close?.()]));
  await trial.settled('close, once it is closed', Promise.resolve(provider.close?.()));
}
