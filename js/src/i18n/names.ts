/** Characters that turn the direction of what follows (Unicode, UAX #9), and ends of lines. */
const steering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Letters that run from right to left: Hebrew, Arabic and their kin. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/**
 * A name or another short text of somebody's, as it may stand within a sentence: it turns nothing
 * around that is not its own. As HTML it needs no care; it is only ever shown as text.
 */
export function withinSentence(text: string): string {
  const plain = text.replace(steering, "");
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain;
}
