// Runs in the page: a caller on LiveKit's own client for browsers. What it sees and hears stands in `window.caller`, for the test to look at.
(() => {
  'use strict';
  const { Room, RoomEvent, Track } = window.LivekitClient;
  const byId = (id) => document.getElementById(id);
  const levelEveryMs = 20;

  const room = new Room();
  const seen = {
    /** Of `lk.agent.state`, in order. */
    states: [],
    name: '',
    /** By segment: who spoke, the newest text, whether it is final. */
    transcripts: {},
    /** Root mean square of what comes from the agent, 0 to 1, and when. */
    levels: [],
    problems: [],
  };

  const show = () => {
    byId('agent').textContent = seen.name || 'Nobody is there';
    byId('state').textContent = seen.states.at(-1) ?? 'none';
    const lines = Object.values(seen.transcripts).map(({ isUser, text }) => {
      const line = document.createElement('p');
      line.className = isUser ? 'user' : 'agent';
      line.textContent = text;
      return line;
    });
    byId('transcript').replaceChildren(...lines);
  };

  const look = (participant) => {
    if (!participant.isAgent) return;
    const state = participant.attributes['lk.agent.state'];
    seen.name = participant.attributes['lk.agent.name'] ?? '';
    if (state !== undefined && state !== seen.states.at(-1)) seen.states.push(state);
    show();
  };
  room.on(RoomEvent.ParticipantConnected, look);
  room.on(RoomEvent.ParticipantAttributesChanged, (_changed, participant) => look(participant));

  room.registerTextStreamHandler('lk.transcription', async (reader, { identity }) => {
    const { 'lk.segment_id': id, 'lk.transcription_final': final, 'lk.transcribed_track_id': trackId } = reader.info.attributes;
    const isUser = trackId === room.localParticipant.getTrackPublication(Track.Source.Microphone)?.trackSid;
    let text = '';
    for await (const part of reader) {
      text += part;
      // A stream that is not final may still come to its end after the final one.
      if (seen.transcripts[id]?.isFinal !== true || final === 'true')
        seen.transcripts[id] = { isUser, from: identity, text, isFinal: final === 'true' };
      show();
    }
  });

  room.on(RoomEvent.TrackSubscribed, (track) => {
    if (track.kind !== Track.Kind.Audio) return;
    // Without an element that plays it nothing flows.
    document.body.append(track.attach());
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    context.createMediaStreamSource(new MediaStream([track.mediaStreamTrack])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += sample * sample;
      const level = Math.sqrt(sum / samples.length);
      seen.levels.push({ at: Date.now(), level });
      byId('level').value = level;
    }, levelEveryMs);
  });
  window.addEventListener('unhandledrejection', ({ reason }) => seen.problems.push(String(reason)));

  window.caller = {
    seen,
    join: (url, token) => room.connect(url, token),
    /** With what is recorded from now until an agent is there, if it is asked for. */
    // Version 2.23 looks for it in both places.
    openMicrophone: async (preConnectBuffer) =>
      void (await room.localParticipant.setMicrophoneEnabled(true, { preConnectBuffer }, { preConnectBuffer })),
    openCamera: async () => void (await room.localParticipant.setCameraEnabled(true)),
    type: (text) => room.localParticipant.sendText(text, { topic: 'lk.chat' }),
    leave: () => room.disconnect(),
  };
})();
