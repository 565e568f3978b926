/** What an rtpmap says; RFC 8866 section 6.6. */
export interface Encoding {
  /** In lower case: `opus`, `pcmu`, `telephone-event`. */
  readonly name: string;
  readonly clockHz: number;
  readonly channels: number;
}
