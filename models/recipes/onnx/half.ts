/** Float32 to IEEE half precision, rounded to nearest; what is too small becomes zero. */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const rounded = (bits[i]! & 0x7fffffff) + 0x1000;
    const exponent = (rounded >>> 23) - 112;
    if (exponent <= 0) halves[i] = sign;
    else if (exponent >= 31) halves[i] = sign | 0x7bff;
    else halves[i] = sign | (exponent << 10) | ((rounded & 0x7fffff) >>> 13);
  }
  return halves;
}

export function fromHalf(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const exponent = (half >>> 10) & 31;
    bits[i] = ((half & 0x8000) << 16) | (exponent ? ((exponent + 112) << 23) | ((half & 0x3ff) << 13) : 0);
  }
  return new Float32Array(bits.buffer);
}
