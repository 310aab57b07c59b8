create schema campaigns;
