/** Joins or parts the letters of some scripts; anywhere else it is nothing that one sees. */
const JOINER_OF_NO_LETTERS = /(?<![\p{L}\p{M}])[\u{200c}\u{200d}]|[\u{200c}\u{200d}](?![\p{L}\p{M}])/gu;
/** Drawn as one sign by whoever has a picture of it: flags, keys, people together or in a colour. */
const PUT_TOGETHER =
  /\p{Regional_Indicator}|[\d#*]\u{fe0f}?\u{20e3}|\p{Extended_Pictographic}[\u{fe0f}\p{Emoji_Modifier}]*(?:\u{200d}\p{Extended_Pictographic}[\u{fe0f}\p{Emoji_Modifier}]*)+/gu;

/** A line without what no font of letters has, and without marks that would turn the text around it. */
export const drawable = (text: string): string =>
  text
    .replace(PUT_TOGETHER, ' ')
    .replace(/\p{Emoji_Modifier}|\u{fe0f}|\u{20e3}/gu, '')
    .replace(/[\p{Cc}\p{Co}\p{Cs}\p{Cn}]|(?![\u{200c}\u{200d}])\p{Cf}/gu, '')
    .replace(JOINER_OF_NO_LETTERS, '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim();
