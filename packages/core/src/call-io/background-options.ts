import type { SoundSource } from '../audio/sound-source.js';
import type { Logger } from '../provider/logger.js';
import { checkVolume } from './background-sound.js';

/** A sound, and how it is played. */
export interface BackgroundSoundConfig {
  readonly source: SoundSource;
  /** A factor on the amplitude, 0 to 4; 1 by default. */
  readonly volume?: number | null | undefined;
  /** 0 to 1, of a sound that is one of several; 1 by default. What they lack to 1 together is silence; if they are more they are shares. */
  readonly probability?: number | null | undefined;
}

export interface BackgroundAudioOptions {
  /** Goes on and on from the moment the output is there. */
  readonly ambientSound?: SoundSource | BackgroundSoundConfig | null | undefined;
  /** While the agent thinks, of a session that is followed: this one over and over, or each time one of these by chance. */
  readonly thinkingSound?: SoundSource | BackgroundSoundConfig | readonly BackgroundSoundConfig[] | null | undefined;
  /** Where it is said that a sound cannot be played. */
  readonly logger?: Logger | null | undefined;
  /** From 0 on, below 1, asked for each thinking sound; by default the machine's. */
  readonly chance?: (() => number) | null | undefined;
}

export interface SettledSound {
  readonly source: SoundSource;
  readonly volume: number;
  readonly probability: number;
}

const known = ['ambientSound', 'thinkingSound', 'logger', 'chance'];

/**
 * The sounds of the options, complete.
 *
 * @throws {TypeError} An option is not known, or is no sound.
 * @throws {RangeError} A volume or a probability is out of range.
 */
export function settleSounds(options: BackgroundAudioOptions): {
  readonly ambient: SettledSound | undefined;
  readonly thinking: readonly SettledSound[];
} {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`createBackgroundAudio: there is no option "${unknown}"; known are ${known.join(', ')}`);
  const { ambientSound, thinkingSound } = options;
  return {
    ambient: ambientSound === undefined || ambientSound === null ? undefined : settle('ambientSound', ambientSound),
    thinking: listed(thinkingSound).map((sound) => settle('thinkingSound', sound)),
  };
}

type Sound = SoundSource | BackgroundSoundConfig;

const isConfig = (sound: Sound): sound is BackgroundSoundConfig => typeof sound === 'object' && 'source' in sound;
const isConfigs = (sounds: unknown): sounds is readonly BackgroundSoundConfig[] =>
  Array.isArray(sounds) && sounds.some((sound: unknown) => typeof sound === 'object' && sound !== null && 'source' in sound);

function listed(sounds: BackgroundAudioOptions['thinkingSound']): readonly Sound[] {
  if (sounds === undefined || sounds === null) return [];
  // A list of frames is one sound.
  return isConfigs(sounds) ? sounds : [sounds];
}

function settle(name: string, sound: Sound): SettledSound {
  const { source, volume, probability }: BackgroundSoundConfig = isConfig(sound) ? sound : { source: sound };
  checkSource(`createBackgroundAudio: option "${name}"`, source);
  checkVolume(volume ?? 1);
  const settled = { source, volume: volume ?? 1, probability: probability ?? 1 };
  if (settled.probability >= 0 && settled.probability <= 1) return settled;
  throw new RangeError(`createBackgroundAudio: a probability is a number from 0 to 1, not ${settled.probability}`);
}

/** @throws {TypeError} It is none. */
export function checkSource(what: string, source: unknown): void {
  const isMany = typeof source === 'object' && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source);
  if (isMany || typeof source === 'function' || (typeof source === 'string' && source !== '')) return;
  throw new TypeError(`${what} is the path of a WAV file, frames, or a function that gives frames`);
}
