-- file/sign: `SgBk` in the header says that the file is ours
pragma application_id = 1399276139
