// @ts-check
// Run where plugins are installed, by their names: imports each, makes one provider of each of its kinds, and has those speak that need no key.
// Prints a line for each; fails where one cannot.

/** @typedef {import('@parley/core/provider').ParleyPlugin} ParleyPlugin */

/** @returns {AsyncGenerator<import('@parley/core/provider').TTSInput>} */
async function* sentence() {
  yield { type: 'text', segmentId: 'segment-1', text: 'It works.' };
  yield { type: 'flush', segmentId: 'segment-1' };
}

/** @param {import('@parley/core/provider').TTS} tts */
async function secondsSpoken(tts) {
  const { realClock } = await import('@parley/core/provider-kit');
  const [sampleRate = 16_000] = tts.capabilities.sampleRates;
  const { signal } = new AbortController();
  let samples = 0;
  for await (const event of tts.synthesize({
    signal,
    clock: realClock,
    logger: { log: () => {} },
    sessionId: 'session-1',
    callId: 'call-1',
    sampleRate,
    text: sentence(),
  }))
    if (event.type === 'audio') samples += event.frame.samples.length;
  if (samples < sampleRate / 10) throw new Error(`${tts.provider}/${tts.model} said only ${samples} samples`);
  return samples / sampleRate;
}

/** @param {string} name */
async function usePlugin(name) {
  /** @type {{ readonly parleyPlugin: ParleyPlugin }} */
  const { parleyPlugin } = await import(name);
  const needsKey = parleyPlugin.environment.some(({ required }) => required);
  for (const [kind, offered] of Object.entries(parleyPlugin.kinds)) {
    const provider = offered.create({ name: offered.defaultModel }, needsKey ? { apiKey: 'a-key' } : {});
    if (provider.kind !== kind) throw new Error(`${name} made a ${provider.kind} where it offers a ${kind}`);
    const spoken = provider.kind === 'tts' && !needsKey ? `, speaks ${(await secondsSpoken(provider)).toFixed(1)} s` : '';
    console.log(`  ${name}: ${kind} ${provider.provider}/${'model' in provider ? provider.model : ''}${spoken}`);
    await provider.close?.();
  }
}

for (const name of process.argv.slice(2)) await usePlugin(name);
