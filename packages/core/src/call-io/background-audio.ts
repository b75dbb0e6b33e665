import { randomInt } from 'node:crypto';
import { addSaturated } from '../audio/add-saturated.js';
import type { SoundSource } from '../audio/sound-source.js';
import type { BackgroundLine, BackgroundLineOptions } from './background-line.js';
import { type BackgroundAudioOptions, checkSource, type SettledSound, settleSounds } from './background-options.js';
import { BackgroundSound, type SoundHandle, usualFadeMs } from './background-sound.js';
import { chooseSound } from './choose-sound.js';

/** What is needed of a session. */
export interface ThinkingSession {
  on(type: 'agent-state-changed' | 'close', listener: (event: ThinkingSessionEvent) => unknown): void;
  off(type: 'agent-state-changed' | 'close', listener: (event: ThinkingSessionEvent) => unknown): void;
}

/** One that says nothing of a new state is the session's end. */
export interface ThinkingSessionEvent {
  readonly type: string;
  readonly newState?: string;
}

export interface PlaySoundOptions {
  /** A factor on the amplitude, 0 to 4; 1 by default. */
  readonly volume?: number | null | undefined;
  /** Again from its start at its end, until it is stopped. Default false. */
  readonly loop?: boolean | null | undefined;
  /** From silence to its volume; 20 by default. */
  readonly fadeMs?: number | null | undefined;
}

/** Sounds behind the agent's voice: of a place, of thinking, music while somebody holds the line. For one call. */
export interface BackgroundAudio extends Disposable {
  /**
   * Plays a sound beside all others. What is asked for before the output is there begins with it.
   *
   * @throws {RangeError} An option is out of range.
   * @throws {Error} 32 sounds play already, or it was disposed.
   */
  play(source: SoundSource, options?: PlaySoundOptions): SoundHandle;
  /** The thinking sound plays whenever this session's agent thinks; when the session closes all ends. One session. */
  follow(session: ThinkingSession): void;
  /** For an output that plays it: once. @throws {Error} An output plays it already, or it was disposed. */
  connect(options: BackgroundLineOptions): BackgroundLine;
}

/**
 * Give it to the output of the call: `fileIO({ background })`, `memoryIO({ background })`, or a track of its own in a room. Whoever makes it
 * disposes it; so does the end of the session that it follows.
 *
 * @throws {TypeError} An option is unknown or no sound.
 * @throws {RangeError} An option is out of range.
 */
export function createBackgroundAudio(options: BackgroundAudioOptions = {}): BackgroundAudio {
  return new BackgroundPlayer(options);
}

const mostSounds = 32;
const machineChance = (): number => randomInt(1_000_000) / 1_000_000;

class BackgroundPlayer implements BackgroundAudio {
  readonly #options: BackgroundAudioOptions;
  readonly #thinking: readonly SettledSound[];
  readonly #sounds = new Set<BackgroundSound>();
  #line: BackgroundLineOptions | undefined;
  #thought: SoundHandle | undefined;
  #forget = () => {};
  #isDisposed = false;
  #sum = new Float32Array(0);

  constructor(options: BackgroundAudioOptions) {
    const { ambient, thinking } = settleSounds(options);
    this.#options = options;
    this.#thinking = thinking;
    if (ambient !== undefined) this.#playLogged('the ambient sound', ambient);
  }

  play(source: SoundSource, options: PlaySoundOptions = {}): SoundHandle {
    checkSource('a background sound', source);
    if (this.#isDisposed) throw new Error('the background audio was disposed: make a new one for each call');
    if (this.#sounds.size >= mostSounds) throw new Error(`${mostSounds} background sounds play already: stop some`);
    const { volume, loop, fadeMs } = options;
    const sound = new BackgroundSound({ source, volume: volume ?? 1, loop: loop ?? false, fadeMs: fadeMs ?? usualFadeMs });
    if (this.#sounds.size === 0) this.#line?.onSound();
    this.#sounds.add(sound);
    const forget = () => void this.#sounds.delete(sound);
    sound.waitForPlayout().then(forget, forget);
    if (this.#line !== undefined) sound.start(this.#line);
    return sound;
  }

  follow(session: ThinkingSession): void {
    this.#forget();
    if (this.#isDisposed) return;
    const onState = ({ newState }: ThinkingSessionEvent) => (newState === 'thinking' ? this.#think() : this.#thought?.stop());
    const onClose = () => this.#end((sound) => sound.stop());
    session.on('agent-state-changed', onState);
    session.on('close', onClose);
    this.#forget = () => {
      session.off('agent-state-changed', onState);
      session.off('close', onClose);
    };
  }

  connect(options: BackgroundLineOptions): BackgroundLine {
    if (this.#isDisposed) throw new Error('the background audio was disposed: make a new one for each call');
    if (this.#line !== undefined) throw new Error('the background audio is played by an output already: make another for each');
    this.#line = options;
    if (this.#isSounding) options.onSound();
    for (const sound of this.#sounds) sound.start(options);
    const isSounding = () => this.#isSounding;
    return {
      get isSounding() {
        return isSounding();
      },
      addTo: (samples) => this.#addTo(samples),
      [Symbol.dispose]: () => this[Symbol.dispose](),
    };
  }

  [Symbol.dispose](): void {
    this.#end((sound) => sound.end());
  }

  get #isSounding(): boolean {
    for (const sound of this.#sounds) if (!sound.isOver) return true;
    return false;
  }

  #end(quieten: (sound: BackgroundSound) => void): void {
    this.#isDisposed = true;
    this.#forget();
    for (const sound of this.#sounds) quieten(sound);
  }

  #addTo(samples: Int16Array): void {
    if (this.#sum.length < samples.length) this.#sum = new Float32Array(samples.length);
    const sum = this.#sum.subarray(0, samples.length);
    sum.fill(0);
    for (const sound of this.#sounds) sound.addTo(sum);
    addSaturated(samples, sum);
  }

  #think(): void {
    if (this.#thought?.isOver === false) return;
    const chance = this.#options.chance ?? machineChance;
    const probabilities = this.#thinking.map(({ probability }) => probability);
    const chosen = this.#thinking[chooseSound(probabilities, chance()) ?? this.#thinking.length];
    if (chosen !== undefined) this.#thought = this.#playLogged('a thinking sound', chosen);
  }

  /** Nobody has asked for this one, so its failure is told to the log. */
  #playLogged(what: string, { source, volume }: SettledSound): SoundHandle {
    const handle = this.play(source, { volume, loop: true });
    handle
      .waitForPlayout()
      .catch((error: unknown) => this.#options.logger?.log('warn', `${what} cannot be played`, { error: String(error) }));
    return handle;
  }
}
