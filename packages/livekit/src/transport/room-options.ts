import type { JobConnectOptions, JsonObject } from '@parley/core/provider';
import type { RoomOptions } from '@livekit/rtc-node';

type RtcConfiguration = NonNullable<RoomOptions['rtcConfig']>;

/** Rtc-node hands them to its native part, which reads what it knows. */
const isRtcConfiguration = (value: unknown): value is RtcConfiguration => typeof value === 'object' && value !== null;

/** What rtc-node connects with. It subscribes to all by itself or to nothing: see `subscribeToKind`. */
export function roomOptions({
  autoSubscribe,
  rtcConfig,
  roomOptions: more,
}: Pick<JobConnectOptions, 'autoSubscribe' | 'rtcConfig' | 'roomOptions'>): RoomOptions {
  return {
    dynacast: false,
    ...more,
    autoSubscribe: autoSubscribe === 'all',
    ...withRtcConfig(rtcConfig),
  };
}

const withRtcConfig = (rtcConfig: JsonObject | undefined): Pick<RoomOptions, 'rtcConfig'> =>
  isRtcConfiguration(rtcConfig) ? { rtcConfig } : {};
