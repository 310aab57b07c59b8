import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  id_kp_emailProtection,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/**
 * Certificates as signatures inside of media files need them (C2PA 2.1, section 14.5): ECDSA over P-256, a root
 * that signs nothing but certificates, and under it one that signs nothing but files.
 */
export type Issued = { certificate: X509Certificate; key: KeyObject };

export type Subject = { organisation: string; name: string };

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const ORGANISATION = '2.5.4.10';
const COMMON_NAME = '2.5.4.3';

export function makeRoot(subject: Subject, from: Date, until: Date): Issued {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = keyIdOf(keys.publicKey);
  const name = nameOf(subject);
  return {
    key: keys.privateKey,
    certificate: signed(keys.privateKey, keys.publicKey, {
      issuer: name,
      subject: name,
      validity: new Validity({ notBefore: from, notAfter: until }),
      extensions: new Extensions([
        extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
        extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
        extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(id)),
      ]),
    }),
  };
}

/** A certificate for signing files, under a root and no longer valid than it. */
export function issueUnder(root: Issued, subject: Subject, from: Date): Issued {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: keys.privateKey,
    certificate: signed(root.key, keys.publicKey, {
      issuer: AsnConvert.parse(root.certificate.raw, Certificate).tbsCertificate.subject,
      subject: nameOf(subject),
      validity: new Validity({ notBefore: from, notAfter: new Date(root.certificate.validTo) }),
      extensions: new Extensions([
        extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
        extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
        extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_emailProtection])),
        extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdOf(keys.publicKey))),
        extension(
          id_ce_authorityKeyIdentifier,
          new AuthorityKeyIdentifier({
            keyIdentifier: new KeyIdentifier(keyIdOf(root.certificate.publicKey)),
          }),
        ),
      ]),
    }),
  };
}

type Parts = Pick<TBSCertificate, 'issuer' | 'subject' | 'validity'> & { extensions: Extensions };

function signed(key: KeyObject, publicKey: KeyObject, parts: Parts): X509Certificate {
  const algorithm = () => new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const tbsCertificate = new TBSCertificate({
    ...parts,
    version: Version.v3,
    serialNumber: plain(serialNumber()),
    signature: algorithm(),
    subjectPublicKeyInfo: AsnConvert.parse(spkiOf(publicKey), SubjectPublicKeyInfo),
  });
  const signature = sign('sha256', new Uint8Array(AsnConvert.serialize(tbsCertificate)), key);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm(),
    signatureValue: plain(signature),
  });
  return new X509Certificate(new Uint8Array(AsnConvert.serialize(certificate)));
}

/** Positive, and as long as RFC 5280 lets it be less some. */
function serialNumber(): Buffer {
  const number = randomBytes(16);
  number[0] = ((number[0] ?? 0) & 0x7f) | 0x40;
  return number;
}

const nameOf = ({ organisation, name }: Subject): Name =>
  new Name(
    [
      [ORGANISATION, organisation],
      [COMMON_NAME, name],
    ].map(
      ([type, utf8String]) =>
        new RelativeDistinguishedName([
          new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String }) }),
        ]),
    ),
  );

const extension = (extnID: string, value: object, critical = false): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

const spkiOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' });

/** SHA-1 over the key's bits, as RFC 5280 (4.2.1.2) says. It names the key and protects nothing. */
function keyIdOf(key: KeyObject): ArrayBuffer {
  const { subjectPublicKey } = AsnConvert.parse(spkiOf(key), SubjectPublicKeyInfo);
  return plain(createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest());
}

const plain = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer;
