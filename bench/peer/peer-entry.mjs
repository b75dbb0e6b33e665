// Imports what an application imports of the peer, from where it is installed: for `import-probe.mjs`.
import '@livekit/agents';
