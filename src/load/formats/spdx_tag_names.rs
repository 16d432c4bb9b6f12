//! The tags of SPDX tag-value, and what the JSON of the same document calls them.

/// Tags that a document may begin with.
pub(super) const FIRST: &[&str] = &[
    "SPDXVersion",
    "DataLicense",
    "SPDXID",
    "DocumentName",
    "DocumentNamespace",
    "DocumentComment",
    "ExternalDocumentRef",
    "LicenseListVersion",
    "Creator",
    "Created",
    "CreatorComment",
    "PackageName",
];

/// How a tag's value is written down.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// One text.
    Text,
    /// One of several texts.
    Each,
    /// One of several `ALGORITHM: digest`.
    Checksum,
    /// One of several `category type locator`.
    Reference,
}

/// Tags of a package, with the key that JSON has for each.
pub(super) const PACKAGE: &[(&str, &str, How)] = &[
    ("PackageName", "name", How::Text),
    ("SPDXID", "SPDXID", How::Text),
    ("PackageVersion", "versionInfo", How::Text),
    ("PackageFileName", "packageFileName", How::Text),
    ("PackageSupplier", "supplier", How::Text),
    ("PackageOriginator", "originator", How::Text),
    ("PackageDownloadLocation", "downloadLocation", How::Text),
    ("FilesAnalyzed", "filesAnalyzed", How::Text),
    ("PackageVerificationCode", "packageVerificationCode", How::Text),
    ("PackageChecksum", "checksums", How::Checksum),
    ("PackageHomePage", "homepage", How::Text),
    ("PackageSourceInfo", "sourceInfo", How::Text),
    ("PackageLicenseConcluded", "licenseConcluded", How::Text),
    ("PackageLicenseInfoFromFiles", "licenseInfoFromFiles", How::Each),
    ("PackageLicenseDeclared", "licenseDeclared", How::Text),
    ("PackageLicenseComments", "licenseComments", How::Text),
    ("PackageCopyrightText", "copyrightText", How::Text),
    ("PackageSummary", "summary", How::Text),
    ("PackageDescription", "description", How::Text),
    ("PackageComment", "comment", How::Text),
    ("PackageAttributionText", "attributionTexts", How::Each),
    ("PrimaryPackagePurpose", "primaryPackagePurpose", How::Text),
    ("BuiltDate", "builtDate", How::Text),
    ("ReleaseDate", "releaseDate", How::Text),
    ("ValidUntilDate", "validUntilDate", How::Text),
    ("ExternalRef", "externalRefs", How::Reference),
];

/// Tags of the document.
pub(super) const DOCUMENT: &[(&str, &str, How)] = &[
    ("SPDXVersion", "spdxVersion", How::Text),
    ("DataLicense", "dataLicense", How::Text),
    ("SPDXID", "SPDXID", How::Text),
    ("DocumentName", "name", How::Text),
    ("DocumentNamespace", "documentNamespace", How::Text),
    ("DocumentComment", "comment", How::Text),
    ("ExternalDocumentRef", "externalDocumentRefs", How::Each),
];

/// Tags of how the document came about.
pub(super) const CREATION: &[(&str, &str, How)] = &[
    ("Creator", "creators", How::Each),
    ("Created", "created", How::Text),
    ("CreatorComment", "comment", How::Text),
    ("LicenseListVersion", "licenseListVersion", How::Text),
];

/// Tags of sections that are counted and not listed, by how they begin.
pub(super) const ASIDE: &[&str] = &[
    "File",
    "FIle",
    "License",
    "Snippet",
    "Artifact",
    "Annot",
    "Review",
    "SPDXREF",
    "SPDXID",
    "Extracted",
    "Notice",
];
