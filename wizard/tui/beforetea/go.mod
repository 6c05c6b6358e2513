module beforetea

go 1.26
