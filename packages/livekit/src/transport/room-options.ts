import type { JobConnectOptions, JsonObject } from '@parley/core/provider';
import type { RoomOptions } from '@livekit/rtc-node';

type RtcConfiguration = NonNullable<RoomOptions['rtcConfig']>;

/** Rtc-node hands them to its native part, which reads what it knows. */
const isRtcConfiguration = (value: unknown): value is RtcConfiguration => typeof value === 'object' && value !== null;

/**
 * One connection for what is sent and one for what is received. With one for both, as rtc-node 1.1.0 has it unless told, a track that is
 * published while the server's first answer is still being read makes a second offer before the first was answered; at that answer the native
 * part waits for a lock that it holds itself, for ever. After a full reconnect on a busy machine that is one call in five: the agent is mute,
 * hears of nothing any more, and cannot leave. Mended in https://github.com/livekit/rust-sdks/pull/1252, which no rtc-node has yet. The option
 * is in the native part's own list and not in rtc-node's type, which hands on what it is given.
 */
const twoConnections = { singlePeerConnection: false };

/** What rtc-node connects with. It subscribes to all by itself or to nothing: see `subscribeToKind`. */
export function roomOptions({
  autoSubscribe,
  rtcConfig,
  roomOptions: more,
}: Pick<JobConnectOptions, 'autoSubscribe' | 'rtcConfig' | 'roomOptions'>): RoomOptions {
  return {
    ...twoConnections,
    dynacast: false,
    ...more,
    autoSubscribe: autoSubscribe === 'all',
    ...withRtcConfig(rtcConfig),
  };
}

const withRtcConfig = (rtcConfig: JsonObject | undefined): Pick<RoomOptions, 'rtcConfig'> =>
  isRtcConfiguration(rtcConfig) ? { rtcConfig } : {};
