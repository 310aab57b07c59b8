/** A line without what no font of letters has, and without marks that would turn the text around it. */
export const drawable = (text: string): string =>
  text
    .replace(
      /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u{200d}|\u{fe0f}|\u{20e3}/gu,
      ' ',
    )
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/gu, '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim();
