/** The little of protobuf's wire format that an ONNX file needs: varints, floats, bytes. */
export class Wire {
  private buffer = new Uint8Array(4096);
  private length = 0;

  int(field: number, value: number | bigint): this {
    this.varint((field << 3) | 0);
    return this.varint(value);
  }

  float(field: number, value: number): this {
    this.varint((field << 3) | 5);
    this.reserve(4);
    new DataView(this.buffer.buffer).setFloat32(this.length, value, true);
    this.length += 4;
    return this;
  }

  bytes(field: number, bytes: Uint8Array): this {
    this.varint((field << 3) | 2).varint(bytes.length);
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  text(field: number, text: string): this {
    return this.bytes(field, new TextEncoder().encode(text));
  }

  message(field: number, message: Wire): this {
    return this.bytes(field, message.finish());
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private varint(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value));
    this.reserve(10);
    do {
      let byte = Number(rest & 127n);
      rest >>= 7n;
      if (rest) byte |= 128;
      this.buffer[this.length++] = byte;
    } while (rest);
    return this;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + bytes));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }
}
