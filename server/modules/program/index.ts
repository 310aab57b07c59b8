export { acceptAgreement, type Agreement, agreementInForce, publishTerms } from './store.ts';
