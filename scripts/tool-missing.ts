/** It is not here and could not be had; the message is a sentence. */
export class ToolMissing extends Error {
  override name = 'ToolMissing';
}
