import { APIError, type ParleyPlugin, type PluginKind, type VAD } from '@parley/core/provider';
import { sharedModel } from './shared-model.js';
import type { SileroSettings } from './silero-settings.js';
import { createSileroVAD, sileroModel } from './silero-vad.js';

/**
 * A VAD that runs on this machine, for any number of calls. All instances of a process share one model, in one thread beside the event
 * loop; it starts with the first call or `prewarm`, and ends when the last instance that used it is closed.
 *
 * @throws {APIError} kind `invalid-request`, for a setting out of its range.
 */
export function createSilero(settings: SileroSettings = {}): VAD {
  return createSileroVAD(settings, sharedModel);
}

const alias = 'silero-vad';

/** `'silero'` as a model string; there is one model, without variants. */
export const parleyPlugin: ParleyPlugin<{ readonly vad: PluginKind<VAD> }> = {
  specificationVersions: [1],
  provider: 'silero',
  displayName: 'Silero VAD',
  environment: [],
  kinds: {
    vad: {
      models: [{ name: sileroModel, aliases: [alias] }],
      defaultModel: sileroModel,
      create({ name }) {
        if (name === sileroModel || name === alias) return createSilero();
        const message = `there is no model ${JSON.stringify(name)}: this version has ${sileroModel} and no other`;
        throw new APIError(message, { kind: 'invalid-request', provider: 'silero', retryable: false });
      },
    },
  },
};
