const NANO_DIGITS = 9;

/** "1250500000000" -> "1,250.5 $STELAI": exact, and as pages write it in every language. */
export function inStelai(nanos: string | bigint): string {
  const digits = String(nanos).padStart(NANO_DIGITS + 1, '0');
  const whole = digits.slice(0, -NANO_DIGITS).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const fraction = digits.slice(-NANO_DIGITS).replace(/0+$/, '');
  return `${whole}${fraction && `.${fraction}`} $STELAI`;
}
