export interface VideoInput extends AsyncDisposable {
  /** The newest frame, encoded now; none if there is no picture. */
  capture(): Promise<{ readonly data: Uint8Array; readonly mediaType: string } | undefined>;
}
