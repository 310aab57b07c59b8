/** A field of an input with this format takes a picture: the id of an asset, or of an upload, of whoever asks. */
export const PICTURE_FORMAT = 'asset-id';
/** Of a picture that is uploaded. */
export const UPLOAD_BYTES_MAX = 20_000_000;
