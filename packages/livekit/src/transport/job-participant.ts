import type { JobParticipant, JobParticipantKind } from '@parley/core/provider';
import { ParticipantKind, type RemoteParticipant } from '@livekit/rtc-node';

const kinds: Readonly<Record<ParticipantKind, JobParticipantKind>> = {
  [ParticipantKind.STANDARD]: 'standard',
  [ParticipantKind.INGRESS]: 'ingress',
  [ParticipantKind.EGRESS]: 'egress',
  [ParticipantKind.SIP]: 'sip',
  [ParticipantKind.AGENT]: 'agent',
  [ParticipantKind.CONNECTOR]: 'connector',
  [ParticipantKind.BRIDGE]: 'bridge',
};

/** Somebody in the room, as they are now. A kind that the library does not know yet is told as `standard`, as LiveKit's own clients do. */
export const jobParticipant = (participant: RemoteParticipant): JobParticipant => ({
  identity: participant.identity,
  name: participant.name ?? '',
  kind: kinds[participant.kind] ?? 'standard',
  attributes: { ...participant.attributes },
  metadata: participant.metadata ?? '',
});
