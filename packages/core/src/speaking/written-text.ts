/** The text of a reply as it is shown and remembered, while it is being written. */
export interface WrittenText {
  text: string;
}
